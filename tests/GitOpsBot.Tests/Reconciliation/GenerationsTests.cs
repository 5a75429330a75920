using GitOpsBot.Reconciliation;

namespace GitOpsBot.Tests.Reconciliation;

public class GenerationsTests
{
    [Fact]
    public void What_two_passes_did_not_use_is_forgotten_and_what_they_used_is_not()
    {
        var memory = new Generations<string, int>();
        var made = 0;
        int Ask(string key) => memory.GetOrAdd(key, () => ++made);
        Assert.Equal((1, 2, 1), (Ask("always"), Ask("sometimes"), Ask("always")));

        for (var passes = 0; passes < 4; passes++)
        {
            memory.Turn();
            Assert.Equal(1, Ask("always"));
            if (passes % 2 == 1)
            {
                // Not in the last pass, but in the one before: that is too long ago.
                Assert.Equal(made + 1, Ask("sometimes"));
            }
        }
    }

    [Fact]
    public void What_fails_the_test_is_neither_given_nor_kept_alive_by_it()
    {
        var memory = new Generations<string, int>();
        memory.Set("seven", 7);

        memory.Turn();
        Assert.False(memory.TryGet("seven", n => n > 7, out _));
        Assert.False(memory.TryGet("eight", _ => true, out _));
        memory.Turn();
        Assert.False(memory.TryGet("seven", _ => true, out _));

        memory.Set("seven", 7);
        memory.Turn();
        Assert.True(memory.TryGet("seven", n => n == 7, out var found));
        Assert.Equal(7, found);
        memory.Turn();
        Assert.Equal(8, memory.Set("seven", 8));
        Assert.Equal(8, memory.GetOrAdd("seven", () => 9));
    }
}
