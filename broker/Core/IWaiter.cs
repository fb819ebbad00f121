
namespace RocketMQ.Broker.Core;

/// <summary>Whom an operation that waits gives its result to, once, from whatever thread gets there.</summary>
public interface IWaiter<in T>
{
    /// <summary>Nobody listens any more.</summary>
    bool IsGone { get; }

    void Answer(T result);

    /// <summary>Looking failed.</summary>
    void Fail(Exception exception);
}
