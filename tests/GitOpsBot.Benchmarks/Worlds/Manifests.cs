using System.Security.Cryptography;

namespace GitOpsBot.Benchmarks.Worlds;

/// <summary>Manifests as teams write them.</summary>
internal static class Manifests
{
    /// <summary>A digest that is always the same for a number.</summary>
    public static string Digest(int number) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));

    /// <summary>Where an app's image comes from.</summary>
    public static string Image(string name) => $"registry.example/acme/{name}";

    /// <summary>A deployment with one image.</summary>
    public static string Deployment(string name, string digest) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{name}}
          labels: { app: {{name}} }
        spec:
          replicas: 2
          selector:
            matchLabels: { app: {{name}} }
          template:
            metadata:
              labels: { app: {{name}} }
            spec:
              containers:
                - name: app
                  # promoted by the bot
                  image: {{Image(name)}}:1.0.0@{{digest}}
                  ports:
                    - containerPort: 8080
                  resources:
                    requests: { cpu: 100m, memory: 128Mi }

        """;

    /// <summary>A service, which has none.</summary>
    public static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {{name}}
        spec:
          selector: { app: {{name}} }
          ports:
            - port: 80
              targetPort: 8080

        """;
}
