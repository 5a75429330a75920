using GitOpsBot.Core.Promotions.Commands;

namespace GitOpsBot.Core.Tests.Promotions.Commands;

public class CommandTableTests
{
    [Fact]
    public void Help_lists_every_command_that_is_carried_out_with_its_usage()
    {
        Assert.Equal(["help", "status", "retry", "hold", "unhold", "approve", "promote", "rollback", "override", "freeze", "unfreeze"], CommandTable.All.Select(c => c.Word));
        Assert.All(CommandTable.All, c => Assert.Contains($"{c.Usage}: {c.Meaning}", CommandTable.Help, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_help_and_status_are_for_who_may_only_read()
    {
        SlashCommand[] all =
        [
            new SlashCommand.Help(), new SlashCommand.Status(), new SlashCommand.Retry(), new SlashCommand.Hold(null), new SlashCommand.Unhold(), new SlashCommand.Approve(),
            new SlashCommand.Promote("checkout", null, "prod"), new SlashCommand.Rollback(null, "it burns"), new SlashCommand.Override("soak", "it burns"),
            new SlashCommand.Freeze("all", null, "it burns"), new SlashCommand.Unfreeze("all"),
        ];

        Assert.Equal(["/help", "/status"], all.Where(c => !CommandTable.NeedsWrite(c)).Select(CommandTable.WordOf));
    }

    [Fact]
    public void Every_kind_of_command_has_a_word_in_the_format()
    {
        var kinds = typeof(SlashCommand).GetNestedTypes();

        Assert.All(kinds, kind => Assert.NotNull(CommandTable.UsageOf(kind.Name.ToLowerInvariant())));
    }
}
