using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using GitOpsBot.Core.Audit;

namespace GitOpsBot.Core.Tests.Audit;

public sealed class InertTests
{
    [Theory]
    [InlineData("plain text – with «signs», 日本 and 🚀", "plain text – with «signs», 日本 and 🚀")]
    [InlineData("a\nPromotion-Id: b", "a\\u000aPromotion-Id: b")]
    [InlineData("a\r\u2028\u2029\u0085b", "a\\u000d\\u2028\\u2029\\u0085b")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("abc\u202Etxt.exe", "abc\\u202etxt.exe")]
    [InlineData("zero\u200Bwidth\uFEFF", "zero\\u200bwidth\\ufeff")]
    [InlineData("no\u00A0break\u3000", "no\\u00a0break\\u3000")]
    [InlineData("\uE000", "\\ue000")]
    public void A_line_hides_nothing_and_loses_nothing(string text, string shown) => Assert.Equal(shown, Inert.Plain(text));

    [Fact]
    public void Letters_that_hide_beyond_the_first_plane_are_shown_as_well() => Assert.Equal("a\\U000e0041b", Inert.Plain("a" + char.ConvertFromUtf32(0xE0041) + "b"));

    [Fact]
    public void Half_a_character_is_shown_and_not_passed_on() => Assert.Equal("a\\ud83db", Inert.Plain("a\uD83Db"));

    [Fact]
    public void A_long_text_is_cut_between_characters_and_says_so()
    {
        Assert.Equal("abcde", Inert.Plain("abcde", 5));
        Assert.Equal("abcde…", Inert.Plain("abcdef", 5));
        Assert.Equal("abcd…", Inert.Plain("abcd🚀", 5));
        Assert.Equal("ab…", Inert.Plain("ab\nc", 5));
        Assert.Equal(501, Inert.Plain(new string('x', 600)).Length);
    }

    [Fact]
    public void A_cut_keeps_the_length_and_never_splits_a_character()
    {
        Assert.Equal("abc", Inert.Cut("abc", 3));
        Assert.Equal("ab…", Inert.Cut("abcd", 3));
        Assert.Equal("ab…", Inert.Cut("ab🚀cd", 4));
        Assert.Equal("ab(cut)", Inert.Cut(new string('a', 1) + "bcdefghijk", 7, "(cut)"));
    }

    [Theory]
    [InlineData("Closes #1", "Closes # 1")]
    [InlineData("fixes acme/shop#12", "fixes acme/shop# 12")]
    [InlineData("Resolves GH-7", "Resolves GH- 7")]
    [InlineData("closes https://github.com/acme/shop/issues/7", "closes https://github.com/acme/shop/issues/ 7")]
    [InlineData("thanks @octocat and (@acme/release)", "thanks @ octocat and (@ acme/release)")]
    [InlineData("checkout@sha256:00, 1.0.0-gh-7, C#, a # b", "checkout@sha256:00, 1.0.0-gh-7, C#, a # b")]
    public void Words_of_a_commit_message_close_no_issue_and_call_nobody(string text, string shown) => Assert.Equal(shown, Inert.Prose(text));

    [Theory]
    [InlineData("**bold** _it_ `code` ~~no~~", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~")]
    [InlineData("[a](https://evil)", "\\[a\\]\\(https:&#8203;//evil\\)")]
    [InlineData("<img src=x onerror=y> &lt;", "&lt;img src=x onerror=y&gt; &amp;lt;")]
    [InlineData("@everyone", "@&#8203;everyone")]
    [InlineData("Closes #1, GH-2 and gh-x", "Closes &#35;&#8203;1, GH-&#8203;2 and gh-&#8203;x")]
    [InlineData("$\\color{white}{hidden}$", "&#36;&#8203;\\\\color\\{white\\}\\{hidden\\}&#36;&#8203;")]
    [InlineData("www.evil.example", "www.&#8203;evil.example")]
    [InlineData("a | b\n| c |", "a \\| b\\\\u000a\\| c \\|")]
    public void Markdown_shows_text_and_does_nothing(string text, string shown) => Assert.Equal(shown, Inert.Markdown(text));

    [Property(MaxTest = 500, Replay = "20260615,1")]
    public void Whatever_comes_in_one_harmless_line_goes_out(string? text)
    {
        var line = Inert.Plain(text ?? "");

        Assert.DoesNotContain(line.EnumerateRunes(), r => r.Value != ' ' && Rune.GetUnicodeCategory(r)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
        Assert.Equal(line, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));
        Assert.DoesNotContain("<", Inert.Markdown(text ?? ""), StringComparison.Ordinal);
    }
}
