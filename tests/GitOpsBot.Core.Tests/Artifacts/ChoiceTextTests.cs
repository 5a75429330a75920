using GitOpsBot.Core.Artifacts;

namespace GitOpsBot.Core.Tests.Artifacts;

public sealed class ChoiceTextTests
{
    [Theory]
    [InlineData(1, 0, "5 is the only one of the versions within '^1.0'")]
    [InlineData(2, 0, "5 is the highest of 2 versions within '^1.0', before 4")]
    [InlineData(3, 0, "5 is the highest of 3 versions within '^1.0', before 4 and 3")]
    [InlineData(4, 0, "5 is the highest of 4 versions within '^1.0', before 4, 3 and 2")]
    [InlineData(5, 0, "5 is the highest of 5 versions within '^1.0', before 4, 3, 2 and others")]
    [InlineData(5, 2, "3 is number 3 of 5 versions within '^1.0', after 5")]
    public void Says_what_was_chosen_and_what_it_beat(int count, int at, string said) =>
        Assert.Equal(said, ChoiceText.Of("highest", "versions within '^1.0'", ((string[])["5", "4", "3", "2", "1"])[..count], at));
}
