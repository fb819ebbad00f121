namespace RocketMQ.Broker.Topics;

/// <summary>The bits of a topic's and a broker's <c>perm</c>.</summary>
public static class TopicPermission
{
    public const int Inherit = 1;
    public const int Write = 2;
    public const int Read = 4;
    public const int Priority = 8;
    public const int ReadWrite = Read | Write;

    public static bool CanRead(int perm) => (perm & Read) != 0;

    public static bool CanWrite(int perm) => (perm & Write) != 0;

    public static bool IsInherited(int perm) => (perm & Inherit) != 0;
}
