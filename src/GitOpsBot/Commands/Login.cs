using System.CommandLine;
using System.Text.RegularExpressions;

namespace GitOpsBot.Commands;

/// <summary><c>--as LOGIN</c>: who asks. It is believed on the local forge, and ends in trailers; so it is one word.</summary>
internal static partial class Login
{
    /// <summary>The option.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--as") { Description = "Who asks; the local forge believes it.", HelpName = "LOGIN", DefaultValueFactory = _ => Environment.UserName };
        option.Validators.Add(result =>
        {
            if (!Grammar().IsMatch(result.GetValueOrDefault<string>() ?? ""))
            {
                result.AddError("--as is not a login: expected letters, digits and inner hyphens, dots or underscores, at most 39");
            }
        });
        return option;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,37}[A-Za-z0-9])?\z")]
    private static partial Regex Grammar();
}
