namespace RocketMQ.Protocol.Names;

/// <summary>A body that names topics, groups or clients: its names are checked where it is decoded, as those of a header are.</summary>
public interface INamingBody
{
    /// <exception cref="IllegalNameException">One of them is none. Those that are left out or empty are not looked at.</exception>
    void CheckNames();
}
