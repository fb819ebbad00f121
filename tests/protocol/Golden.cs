namespace RocketMQ.Protocol.Tests;

/// <summary>Bytes that Apache's classes, brokers and clients wrote.</summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "golden");

    public static string Text(string name) => File.ReadAllText(PathOf(name));

    public static string PathOf(string name) => Path.Combine(Folder, name);
}
