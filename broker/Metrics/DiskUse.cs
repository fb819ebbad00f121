namespace RocketMQ.Broker.Metrics;

/// <summary>The space of the file system that a directory lies on.</summary>
internal static class DiskUse
{
    /// <summary>Share in use of what ordinary users may have, 0 to 1: df's percentage.</summary>
    public static double RatioOf(string directory)
    {
        var disk = new DriveInfo(Path.GetFullPath(directory));
        var used = disk.TotalSize - disk.TotalFreeSpace;
        return used + disk.AvailableFreeSpace == 0 ? 0 : (double)used / (used + disk.AvailableFreeSpace);
    }

    /// <summary>Bytes in use by whatever lies there, as Apache's rocketmq_storage_size counts them.</summary>
    public static long UsedBytes(string directory)
    {
        var disk = new DriveInfo(Path.GetFullPath(directory));
        return disk.TotalSize - disk.TotalFreeSpace;
    }
}
