using System.Security.Cryptography;
using System.Text;
using GitOpsBot.Core.Configuration;
using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Tests.Configuration;

/// <summary>Documents as tests write them.</summary>
internal static class Written
{
    public static string Head(string kind, string name) => $"apiVersion: gitopsbot.dev/v1\nkind: {kind}\nmetadata: {{ name: {name} }}\n";

    /// <summary>A pipeline of one artifact; environments in flow style, one a line, from line 7.</summary>
    public static string Pipeline(string name, params string[] environments) =>
        Head("Pipeline", name) + $"spec:\n  artifacts: [{{ name: {name}, repository: ghcr.io/acme/{name}, select: {{ semver: \">=1.0.0\" }} }}]\n  environments:\n"
        + string.Concat(environments.Select(e => $"    - {{ {e} }}\n"));

    /// <summary>A policy; gates in flow style, one a line, from line 6.</summary>
    public static string Policy(string name, params string[] gates) =>
        Head("Policy", name) + "spec:\n  gates:\n" + string.Concat(gates.Select(g => $"    - {{ {g} }}\n"));

    public static string Extending(string name, params string[] extends) => Head("Policy", name) + $"spec: {{ extends: [{string.Join(", ", extends)}] }}\n";

    public static string Authority(string name, string trust) => Head("Authority", name) + $"spec: {{ {trust} }}\n";

    public static ConfigurationFile File(string path, params string[] documents) =>
        new(path, Encoding.UTF8.GetBytes(string.Join("---\n", documents)), "blob-of-" + path);

    public static ConfigurationFile Key(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return File(path, key.ExportSubjectPublicKeyInfoPem());
    }

    public static DocumentSet Load(params ConfigurationFile[] files) => DocumentSet.Load(new ConfigurationSources(files), GateKinds.All);

    public static DocumentSet Load(params string[] documents) => Load([.. documents.Select((d, i) => File($"f{i}.yaml", d))]);

    /// <summary>As terminals show them.</summary>
    public static IEnumerable<string> Lines(this IEnumerable<Problem> problems) => problems.Select(p => p.ToString());
}
