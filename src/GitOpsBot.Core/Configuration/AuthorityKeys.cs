using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Core.Configuration;

/// <summary>Turns authorities as written into authorities with their keys and roots.</summary>
internal static class AuthorityKeys
{
    /// <summary>The authority; null when anything about it is wrong, which is then a problem. One bad file makes the whole authority unusable.</summary>
    /// <param name="document">Its document.</param>
    /// <param name="index">The files beside it.</param>
    /// <param name="otherwise">Whom it believes when it names no root of its own.</param>
    /// <param name="problems">What is wrong.</param>
    public static Authority? Read(Document document, DocumentIndex index, TrustedRoot otherwise, ICollection<Problem> problems)
    {
        if (document.Content is not AuthorityDraft draft)
        {
            return null;
        }

        var before = problems.Count;
        var keys = draft.Keys.Select(named => Key(document, index, named, problems)).OfType<AuthorityKey>().ToList();
        var root = draft.TrustedRoot is { } own ? Root(document, index, own.File, own.Place, problems) : otherwise;
        return problems.Count > before || root is null ? null : new Authority(document.Name, draft.Keyless ?? (AuthorityTrust)new AuthorityTrust.Keys(keys))
        {
            RequiresTransparencyLog = draft.RequiresLog ?? draft.Keyless is not null,
            AllowsBundleV01 = draft.AllowsBundleV01,
            TrustedRoot = root,
        };
    }

    private static AuthorityKey? Key(Document document, DocumentIndex index, NamedKey named, ICollection<Problem> problems)
    {
        if (File(document, index, named.File, named.Place, problems) is not { } file)
        {
            return null;
        }

        if (PublicKeyFile.Read(file.Content.Span) is var (key, problem) && problem is not null)
        {
            problems.Add(named.Place.Says($"The file {Shown.Plain(file.Path)} {problem}."));
            return null;
        }

        return new AuthorityKey(file.Path, key, named.NotBefore, named.NotAfter);
    }

    private static TrustedRoot? Root(Document document, DocumentIndex index, string name, Place place, ICollection<Problem> problems)
    {
        switch (File(document, index, name, place, problems) is { } file ? TrustedRoot.Read(file.Content) : null)
        {
            case Checked<TrustedRoot>.Accepted(var root):
                return root;
            case Checked<TrustedRoot>.Refused(var rejection):
                problems.Add(place.Says($"The file {Shown.Quoted(name)} is not a Sigstore trusted root. {Shown.Plain(rejection.Reason)}"));
                return null;
            default:
                return null;
        }
    }

    private static ConfigurationFile? File(Document document, DocumentIndex index, string name, Place place, ICollection<Problem> problems)
    {
        if (RelativePath.Beside(document.File.Path, name) is not { } path)
        {
            problems.Add(place.Says($"The file {Shown.Quoted(name)} must lie beside this document or below it."));
            return null;
        }

        var file = index.File(document.Origin, path);
        if (file is null)
        {
            problems.Add(place.Says($"There is no file {Shown.Plain(path)}."));
        }

        return file;
    }
}
