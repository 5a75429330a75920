using GitOpsBot.Core.Documents;
using GitOpsBot.Core.Evidence;
using GitOpsBot.Git;

namespace GitOpsBot.Hosting.Settings;

/// <summary>The file of the key that signs commits and promotion records: PKCS #8 PEM, ECDSA P-256 or Ed25519. Read at each pass, so that a new key counts at once.</summary>
internal sealed record SigningKeyFile(SecretFile File)
{
    /// <summary>The section <c>signing</c>; a file that holds no such key is a problem of the settings.</summary>
    public static Shape<SigningKeyFile> Shape(SettingsPaths paths) => Shapes.Object<SigningKeyFile>("Signs commits and promotion records.", keys =>
    {
        var file = keys.Required("keyFile", paths.Secret, "A PEM file, PKCS #8, ECDSA P-256 or Ed25519.");
        return fields =>
        {
            var key = new SigningKeyFile(fields.Get(file));
            if (key.Read(out _) is not { } wrong)
            {
                return key;
            }

            fields.Says(file, wrong);
            return default;
        };
    });

    /// <summary>The key.</summary>
    /// <exception cref="GitException">It cannot be read, or is none that signs here: nothing is then committed, rather than unsigned.</exception>
    public SigningKey Read() => Read(out var key) is { } wrong ? throw new GitException(wrong, isTransient: true) : key!;

    private string? Read(out SigningKey? key)
    {
        key = null;
        try
        {
            switch (SigningKey.ReadPem(File.Read()))
            {
                case Checked<SigningKey>.Accepted accepted:
                    key = accepted.Value;
                    return null;
                case Checked<SigningKey>.Refused refused:
                    return $"The file {File.Path} cannot sign: {refused.Rejection.Reason}";
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
