using GitOpsBot.Core.Environments;

namespace GitOpsBot.Reconciliation;

/// <summary>What <c>freeze</c> and <c>unfreeze</c> come to, the same for slash commands and for the terminal. They touch the bot's book alone: they work whatever else does not.</summary>
internal static class FreezeRequests
{
    /// <summary>Stops promotions into an environment of every pipeline, or into all.</summary>
    public static RequestOutcome Freeze(string environment, DateTimeOffset? until, string reason, string login, DateTimeOffset at) => until <= at
        ? RequestOutcome.No($"{until.Value.UtcDateTime:u} has passed already.")
        : RequestOutcome.Done(
            $"{Shown(environment)} is frozen{(until is { } end ? $" until {end.UtcDateTime:u}" : "")}; rollbacks go on, and /unfreeze {environment} lifts it.",
            (BotState.FreezePath(environment), StateBook.Page(new FreezePage(login, at, until, reason), BotStateJson.Default.FreezePage)));

    /// <summary>Lifts what was frozen by command under that very name, and says what still freezes it.</summary>
    public static RequestOutcome Unfreeze(string environment, BotState state, IReadOnlyList<Freeze> documents, DateTimeOffset at)
    {
        var own = state.Freezes.Any(f => f.Environment == environment);
        var left = documents.Where(f => (f.Until is null || at < f.Until) && f.Environments.Any(e => e.Name == environment || e.Name == Core.Environments.Freeze.Everything))
            .Select(f => $"the document '{f.Name}'")
            .Concat(state.Freezes.Where(f => f.Environment == Core.Environments.Freeze.Everything && environment != f.Environment).Select(_ => "the freeze of everything (/unfreeze all)")).ToList();
        var still = left.Count == 0 ? "" : $" It stays frozen by {string.Join(" and ", left)}.";
        return own
            ? RequestOutcome.Done($"{Shown(environment)} is frozen by command no more.{still}", (BotState.FreezePath(environment), null))
            : RequestOutcome.No($"{Shown(environment)} is not frozen by a command.{still}");
    }

    private static string Shown(string environment) => environment == Core.Environments.Freeze.Everything ? "Everything" : environment;
}
