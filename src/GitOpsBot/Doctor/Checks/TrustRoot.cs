using System.Globalization;
using GitOpsBot.Core.Evidence.Sigstore.Trust;

namespace GitOpsBot.Doctor.Checks;

/// <summary>Whom Sigstore's verification believes is believed today, and not from a root that the instance has long replaced.</summary>
internal static class TrustRoot
{
    // The public good instance renews its root every few months; one that is half a year old may lack the log that signs today.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(180);

    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    /// <summary>The check.</summary>
    public static DoctorCheck Check { get; } = new("trust root", setUp => [Look.Here("Sigstore", () => Find(setUp.Settings.TrustedRoot, setUp.Clock.GetUtcNow()))]);

    /// <summary>What is found of a root at a time.</summary>
    public static IReadOnlyList<Finding> Find(TrustedRoot root, DateTimeOffset now)
    {
        var isShipped = ReferenceEquals(root, TrustedRoot.PublicGood);
        var name = isShipped ? "the shipped root of the public good instance" : "the root of 'trust.sigstoreTrustedRootFile'";
        var advice = isShipped ? "Take a newer version of the bot, or name the instance's current trusted_root.json as 'trust.sigstoreTrustedRootFile'." : "Put the instance's current trusted_root.json there.";
        var found = new List<Finding>();
        var parts = root.Parts;
        foreach (var kind in parts.Select(p => p.Kind).Distinct())
        {
            var valid = parts.Where(p => p.Kind == kind && p.IsValidAt(now)).ToList();
            if (valid.Count == 0)
            {
                found.Add(new Finding.ToDo("Sigstore", $"No {kind} of {name} is believed today.", advice));
            }
            else if (valid.All(p => p.Until < now + Soon))
            {
                found.Add(new Finding.ToDo("Sigstore", $"The last {kind} of {name} is believed until {Day(valid.Max(p => p.Until)!.Value)}.", advice));
            }
        }

        if (!parts.Any(p => p.IsSigner))
        {
            found.Add(new Finding.ToDo("Sigstore", $"There is no certificate authority in {name}: nothing that was signed without a key is believed.", advice));
        }

        var age = now - new DateTimeOffset(TrustedRoot.PublicGoodDate.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (isShipped && age > Oldest)
        {
            found.Add(new Finding.ToDo("Sigstore", string.Create(CultureInfo.InvariantCulture, $"The shipped root of the public good instance is {age.TotalDays:0} days old."), advice));
        }

        return found.Count > 0 ? found
            : [new Finding.Ok("Sigstore", isShipped ? $"The shipped root of the public good instance, of {TrustedRoot.PublicGoodDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, is believed today." : $"All of {name} is believed today ({root.Digest.Short}).")];
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
