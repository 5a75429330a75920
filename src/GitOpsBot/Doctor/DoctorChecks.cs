using GitOpsBot.Doctor.Checks;

namespace GitOpsBot.Doctor;

/// <summary>All checks, in the order in which they are told: this machine first, then what the bot is to others, then what others let happen.</summary>
internal static class DoctorChecks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DoctorCheck> All { get; } =
    [
        SecretFiles.Check, DataFolder.Check, Clocks.Check, TrustRoot.Check, PolicyFolders.Check,
        Repositories.Check, Credentials.Check, Permissions.Check, SigningKeys.Check, Deliveries.Check,
        RequiredCheck.Check, BranchBypass.Check, StateBranch.Check, CodeOwnersCheck.Check, MergeMethods.Check, DirectPushes.Check, OtherWriters.Check,
        RegistryHosts.Check, OutsideReach.Check,
    ];
}
