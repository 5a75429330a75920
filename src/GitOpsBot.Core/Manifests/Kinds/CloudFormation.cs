namespace GitOpsBot.Core.Manifests.Kinds;

/// <summary>Images of AWS templates under keys of their own: <c>ImageUri</c> (SAM and Lambda functions), <c>ImageIdentifier</c> (App Runner).</summary>
internal sealed class CloudFormation : IKeyKind
{
    public IReadOnlyList<string> Keys { get; } = ["ImageUri", "ImageIdentifier", "imageUri", "image_uri"];

    public void Look(Spot spot, FoundPins found)
    {
        if (spot.Scalar is { } image)
        {
            found.AddReference(spot, spot.Value, image, isSure: true);
        }
    }
}
