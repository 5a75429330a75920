using GitOpsBot.Core.Configuration.PolicyTests;
using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Configuration;

/// <summary>All kinds of documents.</summary>
internal static class DocumentKinds
{
    /// <summary>With these kinds of gates.</summary>
    public static IReadOnlyList<DocumentKind> All(IReadOnlyList<GateKind> gates) =>
        [PipelineDocument.Kind, AuthorityDocument.Kind, PolicyDocument.Kind(gates), AccessDocument.Kind, FreezeDocument.Kind, PolicyTestDocument.Kind];
}
