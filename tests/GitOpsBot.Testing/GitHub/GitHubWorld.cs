using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LibGit2Sharp;

namespace GitOpsBot.Testing.GitHub;

/// <summary>What is on the stand-in: the repository <c>acme/shop</c> with real Git, people, teams, an App; and what people do there.</summary>
public sealed class GitHubWorld : IDisposable
{
    public const string FullName = "acme/shop";
    public const long AppId = 7;
    public const long InstallationId = 70;

    private readonly TimeProvider clock;
    private readonly RSA appKey = RSA.Create(2048);
    private readonly Dictionary<string, StandInToken> tokens = new(StringComparer.Ordinal);
    private long ids = 1000;

    public GitHubWorld(TimeProvider clock)
    {
        this.clock = clock;
        Installations = [new StandInInstallation(InstallationId, "acme", AppPermissions, new(StringComparer.OrdinalIgnoreCase) { FullName })];
        Root = Directory.CreateTempSubdirectory("gitopsbot-github-").FullName;
        Bare = new BareRepository(Path.Combine(Root, "acme", "shop.git"));
        // Protection is enforced where pushes arrive, as on GitHub.
        var hook = Path.Combine(Bare.Path, "hooks", "update");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, """
            #!/bin/sh
            if [ "$1" = refs/heads/main ] && [ -f protected ]; then
              echo 'GH006: Protected branch update failed for refs/heads/main.' >&2
              exit 1
            fi
            [ -f signed ] || exit 0
            case "$1" in "$(cat signed)"*) ;; *) exit 0 ;; esac
            case "$3" in 0000000000*) exit 0 ;; esac
            case "$2" in 0000000000*) news=$(git rev-list "$3" --not --all) ;; *) news=$(git rev-list "$3" "^$2") ;; esac
            for commit in $news; do
              grep -q "$commit" verified || { echo "GH006: Protected branch update failed for $1. Commits must have verified signatures." >&2; exit 1; }
            done

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        File.WriteAllText(VerifiedFile, "");
        tokens["ghp_machine"] = new StandInToken("shop-machine", null, DateTimeOffset.MaxValue);
    }

    public string Root { get; }

    public string Url { get; set; } = "";

    public BareRepository Bare { get; }

    /// <summary>The App's private key in PEM.</summary>
    public string AppKeyPem => appKey.ExportRSAPrivateKeyPem();

    public Dictionary<string, string> Roles { get; } = new(StringComparer.OrdinalIgnoreCase) { ["shop-machine"] = "write", ["anna"] = "write", ["bert"] = "maintain", ["carla"] = "triage", ["dora"] = "read" };

    public Dictionary<string, List<string>> Teams { get; } = new(StringComparer.OrdinalIgnoreCase) { ["acme/sre"] = ["bert"] };

    public Dictionary<string, string> AppPermissions { get; } = new(StringComparer.Ordinal)
    {
        ["metadata"] = "read", ["contents"] = "write", ["pull_requests"] = "write", ["issues"] = "write", ["checks"] = "write", ["statuses"] = "write", ["members"] = "read",
    };

    /// <summary>Where the App is installed; the first is the one on the shop.</summary>
    public List<StandInInstallation> Installations { get; }

    /// <summary>Source repositories, each with its one line of history, oldest first. Everybody may read those that are not private.</summary>
    public Dictionary<string, List<StandInCommit>> Sources { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Private source repositories, and the people who may read them.</summary>
    public Dictionary<string, HashSet<string>> PrivateSources { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool IsInstalled { get; set; } = true;

    public bool IsSuspended { get; set; }

    public bool IsArchived { get; set; }

    public bool IsGone { get; set; }

    public TimeSpan TokensLive { get; set; } = TimeSpan.FromHours(1);

    public Protection Protection { get; private set; } = new();

    /// <summary>What the settings pages say.</summary>
    public StandInSetUp SetUp { get; } = new();

    public List<StandInPull> Pulls { get; } = [];

    public List<StandInComment> Comments { get; } = [];

    public List<StandInStatus> Statuses { get; } = [];

    public List<StandInCheckRun> CheckRuns { get; } = [];

    /// <summary>Attestations by source repository and digest, as the API shows them.</summary>
    public Dictionary<(string Repository, string Digest), List<System.Text.Json.Nodes.JsonNode?>> Attestations { get; } = [];

    /// <summary>How many installation tokens were made.</summary>
    public int TokensMade { get; private set; }

    public void Protect(Protection protection)
    {
        Protection = protection;
        foreach (var (name, text) in new[] { ("protected", protection.RefusesPushes ? "" : null), ("signed", protection.Signed) })
        {
            var file = Path.Combine(Bare.Path, name);
            if (text is not null)
            {
                File.WriteAllText(file, text);
            }
            else
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>A file that GitHub puts into every commit and tree that it is asked to make, beside what was asked for; null for none.</summary>
    public (string Path, string Text)? SlipsIn { get; set; }

    /// <summary>Makes a commit as GitHub does: by web-flow, with a signature that nobody else can make, so that its id cannot be known before.</summary>
    public Commit Sign(Repository repository, string login, string message, Tree tree, params Commit[] parents)
    {
        var content = Commit.CreateBuffer(
            new Signature(login, $"{login}@users.noreply.github.com", Now), new Signature("GitHub", "noreply@github.com", Now), message, tree, parents, prettifyMessage: false, commentChar: null);
        var signature = $"-----BEGIN PGP SIGNATURE-----\n\n{Convert.ToBase64String(RandomNumberGenerator.GetBytes(48))}\n-----END PGP SIGNATURE-----\n";
        var id = repository.ObjectDatabase.CreateCommitWithSignature(content, signature);
        File.AppendAllText(VerifiedFile, id.Sha + "\n");
        return repository.Lookup<Commit>(id);
    }

    /// <summary>Whether GitHub believes a commit's signature: here, only its own.</summary>
    public bool IsVerified(string commit) => File.ReadLines(VerifiedFile).Contains(commit);

    private string VerifiedFile => Path.Combine(Bare.Path, "verified");

    public long NextId() => ++ids;

    public DateTimeOffset Now => new(clock.GetUtcNow().Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>A new token of an installation, cut to these repositories and permissions.</summary>
    public (string Token, DateTimeOffset ExpiresAt) MakeToken(long installation, IReadOnlyList<string>? repositories, IReadOnlyDictionary<string, string>? permissions)
    {
        var token = $"ghs_{Guid.NewGuid():N}";
        TokensMade++;
        tokens[token] = new StandInToken("gitopsbot[bot]", installation, Now + TokensLive) { Repositories = repositories, Permissions = permissions };
        return (token, tokens[token].ExpiresAt);
    }

    /// <summary>The installation that reaches a repository, or null.</summary>
    public StandInInstallation? InstallationOn(string repository) =>
        Installations.FirstOrDefault(i => i.Repositories.Contains(repository)) is { } found && (found.Id != InstallationId || IsInstalled) && !(IsGone && IsShop(repository)) ? found : null;

    /// <summary>Whether a repository is there for the caller: public, or one that the token was made for, or the person is let into.</summary>
    public bool Sees(Caller caller, string repository) => caller.Token is { Installation: { } id } token
        ? ((token.Repositories?.Contains(repository, StringComparer.OrdinalIgnoreCase) ?? true) && InstallationOn(repository)?.Id == id)
            || (!PrivateSources.ContainsKey(repository) && !IsShop(repository))
        : IsShop(repository) || !PrivateSources.TryGetValue(repository, out var people) || people.Contains(caller.Login);

    /// <summary>Every installation token ends now, whatever was promised; or a person's token is revoked.</summary>
    public void Revoke(string? personal = null)
    {
        foreach (var token in tokens.Where(t => personal is null ? t.Value.Installation is not null : t.Key == personal).Select(t => t.Key).ToList())
        {
            tokens.Remove(token);
        }
    }

    public void Admit(string token, string login) => tokens[token] = new StandInToken(login, null, DateTimeOffset.MaxValue);

    /// <summary>Whose token it is, or null when it is nobody's.</summary>
    public Caller? Who(string token) => token.Count(c => c == '.') == 2 ? WhoSigned(token)
        : tokens.TryGetValue(token, out var known) && known.ExpiresAt > clock.GetUtcNow() ? new Caller(known.Login, known.Installation is null ? null : AppId, known.Installation) { Token = known } : null;

    /// <summary>Whether the caller has a permission, <c>read</c> or <c>write</c>.</summary>
    public bool Rights(Caller caller, string permission, string level)
    {
        var has = caller.Installation is { } id
            ? Less(Installations.Single(i => i.Id == id).Permissions.GetValueOrDefault(permission), caller.Token?.Permissions is { } cut ? cut.GetValueOrDefault(permission) : "write")
            : Roles.GetValueOrDefault(caller.Login) is "write" or "maintain" or "admin" ? "write" : Roles.ContainsKey(caller.Login) ? "read" : null;
        return level == "read" ? has is not null : has == "write";

        // Every token may see that its repositories are there.
        string? Less(string? granted, string? wanted) => granted is null || (wanted is null && permission != "metadata") ? null : granted == "read" || wanted != "write" ? "read" : "write";
    }

    /// <summary>Heads follow their branches; who loses the branch is closed.</summary>
    public void Sync()
    {
        using var repository = new Repository(Bare.Path);
        foreach (var pull in Pulls.Where(p => p.State == "open" && p.Fork is null))
        {
            var tip = repository.Branches[pull.Head]?.Tip?.Sha;
            if (tip is null)
            {
                (pull.State, pull.ClosedAt, pull.ClosedBy, pull.UpdatedAt) = ("closed", Now, pull.Author, Now);
            }
            else if (tip != pull.HeadSha)
            {
                (pull.HeadSha, pull.UpdatedAt) = (tip, Now);
                if (repository.ObjectDatabase.FindMergeBase(repository.Lookup<Commit>(tip), repository.Branches[pull.Base].Tip)?.Sha == tip)
                {
                    // Nothing is proposed any more.
                    (pull.State, pull.ClosedAt, pull.ClosedBy) = ("closed", Now, pull.Author);
                }

                repository.Refs.Add($"refs/pull/{pull.Number}/head", new ObjectId(tip), allowOverwrite: true);
            }
        }
    }

    // What people do.

    public StandInPull Open(string author, string head, string title = "A change", string? fork = null, string body = "")
    {
        using var repository = new Repository(Bare.Path);
        var pull = new StandInPull
        {
            Number = Pulls.Count + 1, Title = title, Body = body, Author = author, Head = head, Base = "main", Fork = fork,
            HeadSha = repository.Branches[head].Tip.Sha, CreatedAt = Now, UpdatedAt = Now,
        };
        repository.Refs.Add($"refs/pull/{pull.Number}/head", new ObjectId(pull.HeadSha), allowOverwrite: true);
        if (fork is not null)
        {
            repository.Branches.Remove(head);
        }

        Pulls.Add(pull);
        return pull;
    }

    public StandInComment Say(int number, string login, string text)
    {
        var comment = new StandInComment { Id = NextId(), Number = number, Login = login, Body = text, CreatedAt = Now, UpdatedAt = Now };
        Comments.Add(comment);
        Pulls.First(p => p.Number == number).UpdatedAt = Now;
        return comment;
    }

    public StandInReview Review(int number, string login, string state = "APPROVED")
    {
        var pull = Pulls.First(p => p.Number == number);
        pull.Requested.RemoveAll(r => r == login);
        var review = new StandInReview { Id = NextId(), Login = login, State = state, Sha = pull.HeadSha, At = Now };
        pull.Reviews.Add(review);
        pull.UpdatedAt = Now;
        return review;
    }

    public void Close(int number, string login)
    {
        var pull = Pulls.First(p => p.Number == number);
        (pull.State, pull.ClosedAt, pull.ClosedBy, pull.UpdatedAt) = ("closed", Now, login, Now);
    }

    /// <summary>The merge button, or the queue: whatever protection says.</summary>
    public string MergeAs(StandInPull pull, string login, string method = "squash") => new GitHubMerges(this).Do(pull, method, null, null, login);

    /// <summary>Whether a login belongs to a person.</summary>
    public static string TypeOf(string login) => login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User";

    public void Dispose()
    {
        Bare.Dispose();
        appKey.Dispose();
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    private static bool IsShop(string repository) => repository.Equals(FullName, StringComparison.OrdinalIgnoreCase);

    private Caller WhoSigned(string token)
    {
        var parts = token.Split('.');
        var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).RootElement;
        var (issued, expires) = (claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64());
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        Refusal? refusal =
            claims.GetProperty("iss").GetString() != "7" ? Refusal.BadToken("'Issuer' claim ('iss') must be an Integer or the client id")
            : issued > now ? Refusal.BadToken("'Issued at' claim ('iat') must be in the past")
            : expires <= now ? Refusal.BadToken("'Expiration time' claim ('exp') must be a numeric value representing the future time")
            : expires - now > 600 ? Refusal.BadToken("'Expiration time' claim ('exp') is too far in the future")
            : !appKey.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? Refusal.BadToken("the signature does not fit") : null;
        return refusal is null ? new Caller("gitopsbot[bot]", AppId, null) : throw new RefusedException(refusal);
    }
}
