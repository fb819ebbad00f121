namespace RocketMQ.Controller.Storage;

/// <summary>Which controller leads, as one of them knows.</summary>
/// <param name="IsSelf">Whether it is that one.</param>
/// <param name="Id">Its id; none: nobody, or nobody knows.</param>
/// <param name="Address">Where it is reached.</param>
public sealed record Leadership(bool IsSelf, string? Id, string? Address)
{
    public static readonly Leadership Unknown = new(false, null, null);
}
