using GitOpsBot.Core.Policies;

namespace GitOpsBot.Core.Promotions;

/// <summary>A promotion with the policy's answer.</summary>
/// <param name="Promotion">What would move.</param>
/// <param name="Policy">What it was judged by.</param>
/// <param name="Verdict">Every gate's answer.</param>
public sealed record Judgement(Promotion Promotion, Policy Policy, Verdict Verdict);
