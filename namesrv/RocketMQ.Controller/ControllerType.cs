namespace RocketMQ.Controller;

/// <summary>Where a controller keeps its state.</summary>
public enum ControllerType
{
    /// <summary>In a file, for one controller that stands alone.</summary>
    File,

    /// <summary>In etcd, for several.</summary>
    Etcd,

    /// <summary>Apache's default: here a file, for one controller.</summary>
    Dledger,

    /// <summary>Apache's other: here a file, for one controller.</summary>
    Jraft,
}
