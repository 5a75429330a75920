namespace GitOpsBot.Reconciliation;

/// <summary>The bot's own branches (SPEC section 5): one for promotions and one for rollbacks of each environment and pipeline.</summary>
internal static class BranchNames
{
    /// <summary>What all of them lie below.</summary>
    public static IReadOnlyList<string> Folders { get; } = ["promote", "rollback"];

    /// <summary><c>promote/ENVIRONMENT/PIPELINE</c>.</summary>
    public static string Promote(string environment, string pipeline) => $"promote/{environment}/{pipeline}";

    /// <summary><c>rollback/ENVIRONMENT/PIPELINE</c>.</summary>
    public static string Rollback(string environment, string pipeline) => $"rollback/{environment}/{pipeline}";

    /// <summary>Kind, environment and pipeline of a branch of the bot's, or null for any other.</summary>
    public static (bool IsRollback, string Environment, string Pipeline)? Read(string branch) => branch.Split('/') switch
    {
        ["promote", var environment, var pipeline] => (false, environment, pipeline),
        ["rollback", var environment, var pipeline] => (true, environment, pipeline),
        _ => null,
    };
}
