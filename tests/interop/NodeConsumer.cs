using System.Text.Json;

namespace RocketMQ.Interop.Tests;

/// <summary>A push consumer of the npm package that keeps what it received.</summary>
public sealed class NodeConsumer : NodeDriver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly List<ReceivedMessage> _received = [];

    private NodeConsumer(string nameServer, string group, ConsumerSettings settings)
        : base("consumer.js", nameServer, group, JsonSerializer.Serialize(settings, JsonSerializerOptions.Web))
    {
    }

    /// <summary>Every message handed to the listener so far, refused ones too, in order.</summary>
    public IReadOnlyList<ReceivedMessage> Received
    {
        get
        {
            lock (_received)
            {
                return [.. _received];
            }
        }
    }

    public IEnumerable<string> Bodies => Received.Select(m => m.Body);

    public static async Task<NodeConsumer> StartAsync(string nameServer, string group, ConsumerSettings settings)
    {
        var consumer = new NodeConsumer(nameServer, group, settings);
        await consumer.CallAsync("ready");
        return consumer;
    }

    /// <summary>Waits until what was received is as a test wants it.</summary>
    public Task<IReadOnlyList<ReceivedMessage>> ReceivesAsync(Func<IReadOnlyList<ReceivedMessage>, bool> enough) =>
        WaitAsync(() => Task.FromResult(Received), enough, "received");

    public Task<IReadOnlyList<ReceivedMessage>> ReceivesAsync(int count) => ReceivesAsync(all => all.Count >= count);

    /// <summary>Waits until this consumer holds that many queues of the topic.</summary>
    public Task<int[]> HoldsQueuesAsync(int count) => WaitAsync(() => CallAsync<int[]>("queues"), queues => queues.Length == count, "holds queues");

    /// <summary>Sends the offsets consumed so far to the broker.</summary>
    public Task PersistOffsetsAsync() => CallAsync("persist");

    /// <summary>Leaves the group in good order.</summary>
    public Task CloseAsync() => CallAsync("close");

    protected override void OnEvent(string name, JsonElement line)
    {
        if (name == "message")
        {
            lock (_received)
            {
                _received.Add(Read<ReceivedMessage>(line));
            }
        }
    }

    private async Task<T> WaitAsync<T>(Func<Task<T>> look, Func<T, bool> enough, string what)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            var seen = await look();
            if (enough(seen))
            {
                return seen;
            }

            if (timeout.IsCancellationRequested)
            {
                Assert.Fail($"Within {Patience.TotalSeconds:0} s the consumer {what} only {JsonSerializer.Serialize(seen)}. It printed:\n{Output}");
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
