using System.Diagnostics;
using RocketMQ.Client;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Brokers;

/// <summary>Sends messages of one size one after the other and takes the time of each.</summary>
internal sealed class SendProbe(Producer producer, string topic, int sizeBytes)
{
    private readonly byte[] _body = [.. Enumerable.Repeat((byte)'a', sizeBytes)];

    /// <summary>One send after another, told of as they end.</summary>
    public async IAsyncEnumerable<ProbeResult> SendAsync(
        int count, QueueSelector? selector, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            yield return await SendAsync(selector, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ProbeResult> SendAsync(QueueSelector? selector, CancellationToken cancellationToken)
    {
        var message = new Message(topic, _body);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var receipt = selector is null
                ? await producer.SendAsync(message, cancellationToken).ConfigureAwait(false)
                : await producer.SendAsync(message, selector, cancellationToken).ConfigureAwait(false);
            return new(receipt, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (Exception e) when (e is RocketMQException or RemotingException)
        {
            return new(Receipt: null, Stopwatch.GetElapsedTime(start).TotalMilliseconds, e.Message);
        }
    }
}
