namespace RocketMQ.Client;

/// <summary>
/// A message could not be sent, with what each attempt ended in. After a timeout or a lost connection among
/// them the message may have been stored all the same.
/// </summary>
public sealed class SendFailedException(string topic, IReadOnlyList<Exception> attempts)
    : RocketMQException($"No broker took the message for topic '{topic}' in {attempts.Count} attempt(s): {string.Join(" | ", attempts.Select(a => a.Message))}", attempts[^1])
{
    public string Topic { get; } = topic;

    /// <summary>The failure of each attempt, in order.</summary>
    public IReadOnlyList<Exception> Attempts { get; } = attempts;
}
