using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;

namespace GitOpsBot.Core.Configuration;

/// <summary>Turns authorities as written into authorities with their keys.</summary>
internal static class AuthorityKeys
{
    /// <summary>The authority; null when anything about it is wrong, which is then a problem. One bad key makes the whole authority unusable.</summary>
    public static Authority? Read(Document document, DocumentIndex index, ICollection<Problem> problems)
    {
        if (document.Content is not AuthorityDraft draft)
        {
            return null;
        }

        if (draft.Keyless is not null)
        {
            return new Authority(document.Name, draft.Keyless) { RequiresTransparencyLog = draft.RequiresLog ?? true };
        }

        var keys = new List<AuthorityKey>();
        foreach (var named in draft.Keys)
        {
            if (RelativePath.Beside(document.File.Path, named.File) is not { } path)
            {
                problems.Add(named.Place.Says($"The file {Shown.Quoted(named.File)} must lie beside this document or below it."));
            }
            else if (index.File(document.Origin, path) is not { } file)
            {
                problems.Add(named.Place.Says($"There is no file {Shown.Plain(path)}."));
            }
            else if (PublicKeyFile.Read(file.Content.Span) is var (key, problem) && problem is not null)
            {
                problems.Add(named.Place.Says($"The file {Shown.Plain(path)} {problem}."));
            }
            else
            {
                keys.Add(new AuthorityKey(path, key, named.NotBefore, named.NotAfter));
            }
        }

        return keys.Count == draft.Keys.Count ? new Authority(document.Name, new AuthorityTrust.Keys(keys)) { RequiresTransparencyLog = draft.RequiresLog ?? false } : null;
    }
}
