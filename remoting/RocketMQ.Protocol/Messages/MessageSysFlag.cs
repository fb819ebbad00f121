namespace RocketMQ.Protocol.Messages;

/// <summary>The bits of a message's sysFlag.</summary>
public static class MessageSysFlag
{
    public const int Compressed = 0x1;
    public const int MultiTags = 0x2;
    public const int TransactionNone = 0x0;
    public const int TransactionPrepared = 0x4;
    public const int TransactionCommit = 0x8;
    public const int TransactionRollback = 0xC;
    public const int TransactionMask = 0xC;
    public const int BornHostV6 = 0x10;
    public const int StoreHostV6 = 0x20;

    /// <summary>The body is an inner batch its consumer has to unwrap.</summary>
    public const int NeedUnwrap = 0x40;
    public const int InnerBatch = 0x80;

    /// <summary>Bits 8–10: how a compressed body is compressed. Old clients leave them zero and mean zlib.</summary>
    public const int CompressionTypeMask = 0x700;
    public const int CompressionTypeLz4 = 0x100;
    public const int CompressionTypeZstd = 0x200;
    public const int CompressionTypeZlib = 0x300;

    public static int Transaction(int sysFlag) => sysFlag & TransactionMask;

    public static int WithTransaction(int sysFlag, int transaction) => (sysFlag & ~TransactionMask) | transaction;

    public static bool IsBornHostV6(int sysFlag) => (sysFlag & BornHostV6) != 0;

    public static bool IsStoreHostV6(int sysFlag) => (sysFlag & StoreHostV6) != 0;

    /// <summary>How the body is compressed.</summary>
    public static BodyCompression Compression(int sysFlag)
    {
        if ((sysFlag & Compressed) == 0)
        {
            return BodyCompression.None;
        }
        return (sysFlag & CompressionTypeMask) switch
        {
            0 or CompressionTypeZlib => BodyCompression.Zlib,
            CompressionTypeLz4 => BodyCompression.Lz4,
            CompressionTypeZstd => BodyCompression.Zstd,
            _ => BodyCompression.Unknown,
        };
    }
}
