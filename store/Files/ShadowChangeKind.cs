namespace RocketMQ.Store.Files;

/// <summary>What would happen to a file.</summary>
public enum ShadowChangeKind
{
    Created,
    Changed,
    Deleted,
}
