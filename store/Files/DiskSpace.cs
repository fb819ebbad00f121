namespace RocketMQ.Store.Files;

/// <summary>A file system's space in bytes.</summary>
public readonly record struct DiskSpace(long Total, long Used, long Available)
{
    /// <summary>Share in use of what ordinary users may have, 0 to 1: df's percentage.</summary>
    public double UsedRatio => Used + Available == 0 ? 0 : (double)Used / (Used + Available);
}
