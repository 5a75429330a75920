using System.Text.Json.Nodes;

namespace GitOpsBot.Testing.GitHub;

/// <summary>An answer of GitHub that says no. Every refusal the stand-in knows is one line here, so that one can see which are missing.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What GitHub says.</param>
/// <param name="Detail">A message below <c>errors</c>, where GitHub has one.</param>
public sealed record Refusal(int Status, string Message, string? Detail = null)
{
    // Who asks.
    public static Refusal NoUserAgent { get; } = new(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
    public static Refusal BadCredentials { get; } = new(401, "Bad credentials");
    public static Refusal BadToken(string why) => new(401, $"A JSON web token could not be decoded: {why}");
    public static Refusal NotForIntegrations { get; } = new(403, "Resource not accessible by integration");
    public static Refusal NotForTokens { get; } = new(403, "Resource not accessible by personal access token");
    public static Refusal Suspended { get; } = new(403, "This installation has been suspended");
    public static Refusal NotOfInstallation { get; } = Failed("There is at least one repository that does not exist or is not accessible to the parent installation.");
    public static Refusal NotGranted { get; } = new(422, "The permissions requested are not granted to this installation.");
    public static Refusal NotFound { get; } = new(404, "Not Found");
    public static Refusal NoBranch { get; } = new(404, "Branch not found");
    public static Refusal NotProtected { get; } = new(404, "Branch not protected");
    public static Refusal Archived { get; } = new(403, "Repository was archived so is read-only.");
    public static Refusal UnknownVersion { get; } = new(400, "The version of the API is not supported.");

    // How often.
    public static Refusal PrimaryLimit { get; } = new(403, "API rate limit exceeded for installation.");
    public static Refusal SecondaryLimit { get; } = new(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");
    public static Refusal SecondaryLimitAsTooMany { get; } = new(429, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.");

    // What is written.
    public static Refusal NotJson { get; } = new(400, "Problems parsing JSON");
    public static Refusal WrongContentType { get; } = new(415, "Unsupported 'Content-Type': expected application/json.");
    public static Refusal Invalid(string what) => new(422, "Invalid request.", what);
    public static Refusal Failed(string what) => new(422, "Validation Failed", what);
    public static Refusal BodyTooLong { get; } = Failed("body is too long (maximum is 65536 characters)");
    public static Refusal DescriptionTooLong { get; } = Failed("description is too long (maximum is 140 characters)");
    public static Refusal PullRequestExists(string head) => Failed($"A pull request already exists for {head}.");
    public static Refusal NoCommits(string from, string to) => Failed($"No commits between {from} and {to}");
    public static Refusal NoCommit(string sha) => new(422, $"No commit found for SHA: {sha}");
    public static Refusal HeadInvalid { get; } = Failed("head is invalid");
    public static Refusal ReopenInvalid { get; } = Failed("state cannot be changed. The branch was force-pushed or recreated.");
    public static Refusal ConclusionMissing { get; } = Invalid("conclusion is required when status is completed");
    public static Refusal ReviewByAuthor { get; } = new(422, "Review cannot be requested from pull request author.");
    public static Refusal ReviewByStranger { get; } = new(422, "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/shop repository.");
    public static Refusal TooManyStatuses { get; } = Failed("This SHA and context has reached the maximum number of statuses.");

    // What is merged.
    public static Refusal HeadModified { get; } = new(409, "Head branch was modified. Review and try the merge again.");
    public static Refusal NotMergeable { get; } = new(405, "Pull Request is not mergeable");
    public static Refusal Draft { get; } = new(405, "Pull Request is still a draft");
    public static Refusal MethodNotAllowed(string method) => new(405, $"{method} merges are not allowed on this repository.");
    public static Refusal ReviewsRequired(int count) => new(405, $"At least {count} approving review{(count == 1 ? " is" : "s are")} required by reviewers with write access.");
    public static Refusal ChangesRequested { get; } = new(405, "Changes have been requested.");
    public static Refusal CheckExpected(string context) => new(405, $"Required status check \"{context}\" is expected.");
    public static Refusal CheckFailing(string context) => new(405, $"Required status check \"{context}\" is failing.");
    public static Refusal CheckPending(string context) => new(405, $"Required status check \"{context}\" is in progress.");
    public static Refusal Behind { get; } = new(405, "Repository rule violations found\n\nThis branch must not be merged: the head branch is not up to date with the base branch.\n\n");
    public static Refusal QueueRequired { get; } = new(405, "Repository rule violations found\n\nChanges must be made through the merge queue\n\n");
    public static Refusal SignaturesRequired { get; } = new(405, "Commits must have verified signatures.");

    // What GraphQL says no to, in an answer with status 200.
    public static Refusal UnknownField(string name) => Graph(null, $"Field '{name}' doesn't exist on type 'Mutation'");
    public static Refusal InputInvalid(string path, string why) => Graph(null, $"Variable $input of type CreateCommitOnBranchInput! was provided invalid value for {path} ({why})");
    public static Refusal Forbidden(Refusal same) => Graph("FORBIDDEN", same.Message);
    public static Refusal Unprocessable(Refusal same) => Graph("UNPROCESSABLE", same.Message);
    public static Refusal LimitInGraph { get; } = Graph("RATE_LIMITED", "API rate limit exceeded for installation.");
    public static Refusal NoRepository(string name) => Graph("NOT_FOUND", $"Could not resolve to a Repository with the name '{name}'.");
    public static Refusal NoNode { get; } = Graph("NOT_FOUND", "Could not resolve to a node with the global id.");
    public static Refusal OtherHead { get; } = Graph("UNPROCESSABLE", "Head sha didn't match the expected oid");
    public static Refusal AlreadyQueued { get; } = Graph("UNPROCESSABLE", "Pull request is already in the queue");
    public static Refusal ArchivedInGraph { get; } = Unprocessable(Archived);
    public static Refusal NoBranchInGraph { get; } = Graph("NOT_FOUND", NoBranch.Message);
    public static Refusal StaleHead(string expected) => Graph("STALE_DATA", $"Expected branch to point to \"{expected}\" but it did not.  Pull and try again.");
    public static Refusal NothingToDelete(string head) => Graph("NOT_FOUND", $"A path was requested for deletion which does not exist as of commit oid `{head}`");
    public static Refusal PathInvalid(string path) => Graph("UNPROCESSABLE", $"The path '{path}' is invalid.");
    public static Refusal PullRequestRequired { get; } = Graph("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");

    // What Git's objects are refused for.
    public static Refusal NoTree { get; } = new(422, "Tree SHA does not exist");
    public static Refusal NoObject { get; } = new(422, "Object does not exist");
    public static Refusal RefExists { get; } = new(422, "Reference already exists");
    public static Refusal RefRefused { get; } = new(422, "Reference update failed");

    /// <summary>What GraphQL calls it; null elsewhere, and where it has no word for it.</summary>
    public string? Type { get; init; }

    private bool IsGraph { get; init; }

    private static Refusal Graph(string? type, string message) => new(200, message) { Type = type, IsGraph = true };

    /// <summary>As GitHub writes it.</summary>
    public JsonObject Body()
    {
        if (IsGraph)
        {
            var error = new JsonObject { ["message"] = Message, ["locations"] = new JsonArray(new JsonObject { ["line"] = 1, ["column"] = 12 }) };
            if (Type is not null)
            {
                (error["type"], error["path"]) = (Type, new JsonArray("mutation"));
            }

            return new JsonObject { ["data"] = null, ["errors"] = new JsonArray(error) };
        }

        var body = new JsonObject { ["message"] = Message, ["documentation_url"] = "https://docs.github.com/rest", ["status"] = Status.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (Detail is not null)
        {
            body["errors"] = new JsonArray(new JsonObject { ["resource"] = "Resource", ["code"] = "custom", ["message"] = Detail });
        }

        return body;
    }
}

/// <summary>Ends the work on a request with a refusal.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal => refusal;
}
