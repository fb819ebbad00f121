namespace RocketMQ.Store;

/// <summary>Which side of a moment a search by time looks for.</summary>
public enum BoundaryType
{
    /// <summary>The first message stored then or later.</summary>
    Lower,

    /// <summary>The last message stored then or earlier.</summary>
    Upper,
}
