namespace RocketMQ.Store.Tests;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TestDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rocketmq-store-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public static implicit operator string(TestDirectory directory) => directory.Path;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
