using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using GitOpsBot.Core.Documents;
using GitOpsBot.Hosting;
using GitOpsBot.Hosting.Settings;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace GitOpsBot.Commands;

/// <summary>One run of one command: its options read, its answers printed. Methods that print return the exit status.</summary>
internal sealed class Session(ParseResult parsed, Terminal terminal, BotActions actions, LogEventLevel level) : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What can be done.</summary>
    public BotActions Actions => actions;

    /// <summary>What the command talks to.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Whether standard output must hold exactly one JSON document.</summary>
    public bool IsJson { get; } = parsed.GetValue(GlobalOptions.Output) == "json";

    /// <summary>The log.</summary>
    public ILoggerFactory Logs { get; } = new SerilogLoggerFactory(
        Logging.Create(parsed.GetValue(GlobalOptions.LogFormat) == "json", GlobalOptions.Level(parsed, level), GlobalOptions.IsLevelOurs(parsed)), dispose: true);

    /// <summary>Reads the settings and hands them on; whatever is wrong with them is the answer.</summary>
    public async Task<int> WithSettingsAsync(bool needsDataDirectory, Func<BotSettings, Task<int>> then)
    {
        switch (SettingsReader.Read(parsed.GetValue(GlobalOptions.Config)!, terminal.Variables))
        {
            case SettingsResult.Wrong wrong:
                return Refuse(2, wrong.Problems);
            case SettingsResult.Read read when needsDataDirectory && DataDirectory.Prepare(read.Settings.DataDirectory) is { } sentence:
                return Refuse(2, sentence);
            case SettingsResult.Read read:
                return await then(read.Settings);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The repository of that name, or the only one; otherwise null, and one sentence that says why.</summary>
    public static RepositorySettings? Choose(BotSettings settings, string? name, out string sentence)
    {
        var names = settings.Repositories.Select(r => r.Name).ToList();
        sentence = names.Count == 0 ? "The settings name no repository."
            : name is not null ? $"There is no repository {Shown.Quoted(name)} in the settings.{NearestName.Hint(name, names)}"
            : $"The settings name several repositories: choose one with --repository ({string.Join(", ", names)}).";
        return name is null ? names.Count == 1 ? settings.Repositories[0] : null : settings.Repositories.FirstOrDefault(r => r.Name == name);
    }

    /// <summary>Prints what an action came to.</summary>
    public int Say<T>(Answer<T> answer, Func<T, JsonNode> json, Action<T> text, Func<T, int> status)
    {
        switch (answer)
        {
            case Answer<T>.Done done:
                if (IsJson)
                {
                    Print(json(done.Report));
                }
                else
                {
                    text(done.Report);
                }

                return status(done.Report);
            case Answer<T>.No no:
                return Refuse(1, no.Sentence);
            case Answer<T>.Wrong wrong:
                return Refuse(2, wrong.Problems);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Prints a sentence of success.</summary>
    public int Say(Answer<string> answer) =>
        Say(answer, sentence => new JsonObject { ["message"] = sentence }, sentence => terminal.Out.WriteLine(Shown.Plain(sentence)), _ => 0);

    /// <summary>This build lacks the action.</summary>
    public int NotAvailable(string command) => Refuse(1, $"'{command}' is not available in this build.");

    /// <summary>Prints one sentence on standard error.</summary>
    public int Refuse(int status, string sentence) => Refuse(status, [new Problem("", 0, 0, sentence)]);

    /// <summary>Prints problems on standard error, and as the one document when that was asked for.</summary>
    public int Refuse(int status, IReadOnlyList<Problem> problems) => Refuse(terminal, IsJson, status, problems);

    /// <summary>The same before the options could be read.</summary>
    public static int Refuse(Terminal terminal, bool json, int status, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
        {
            terminal.Error.WriteLine(Shown.Plain(problem.ToString()));
        }

        if (json)
        {
            terminal.Out.WriteLine(ReportJson.Of(problems).ToJsonString(Indented));
        }

        return status;
    }

    /// <summary>Prints the one document.</summary>
    public void Print(JsonNode document) => terminal.Out.WriteLine(document.ToJsonString(Indented));

    /// <inheritdoc/>
    public void Dispose() => Logs.Dispose();
}
