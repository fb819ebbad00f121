using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Tracing;

/// <summary>
/// Gathers trace records and stores them in the trace topic, some at a time. Tracing never holds up or fails what it traces: what can't
/// be stored, or comes faster than it can be, is dropped and logged.
/// </summary>
internal sealed class TraceRecorder : IAsyncDisposable
{
    public const string DefaultRegion = "DefaultRegion";

    private const int MaxWaiting = 8192;
    private const int MaxBatch = 100;
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(5);

    private readonly string _topic;
    private readonly MessageEncoder _encoder;
    private readonly SendPipeline _sending;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<TraceRecord> _waiting = Channel.CreateBounded<TraceRecord>(MaxWaiting);
    private readonly PeriodicWork _flushing;

    public TraceRecorder(string topic, MessageEncoder encoder, SendPipeline sending, TimeProvider time, ILoggerFactory loggers)
    {
        _topic = topic;
        _encoder = encoder;
        _sending = sending;
        _time = time;
        _logger = loggers.CreateLogger<TraceRecorder>();
        _flushing = new PeriodicWork("storing of trace data", FlushInterval, time, _logger, FlushAsync);
    }

    public void Sent(string group, Message message, OutgoingMessage outgoing, string storeHost, TimeSpan cost, SendReceipt? receipt, TraceKind kind) =>
        Add(TraceRecord.Sent(
            _time.GetUtcNow(), DefaultRegion, group, message, storeHost, outgoing.Body.Length, cost, kind, receipt, outgoing.MessageId));

    /// <returns>What joins this record to that of <see cref="Consumed"/>.</returns>
    public string Consuming(string group, ReceivedMessage message)
    {
        var traceId = Guid.NewGuid().ToString("N").ToUpperInvariant();
        Add(TraceRecord.Consuming(_time.GetUtcNow(), traceId, group, message));
        return traceId;
    }

    public void Consumed(string traceId, string group, ReceivedMessage message, TimeSpan cost, ConsumeOutcome outcome) =>
        Add(TraceRecord.Consumed(_time.GetUtcNow(), traceId, group, message, cost, outcome));

    public void TransactionEnded(string group, string topic, string messageId, string storeHost, string state, bool fromCheck) =>
        Add(TraceRecord.TransactionEnded(_time.GetUtcNow(), DefaultRegion, group, topic, messageId, storeHost, state, fromCheck));

    public async ValueTask DisposeAsync()
    {
        await _flushing.DisposeAsync().ConfigureAwait(false);
        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private void Add(TraceRecord record)
    {
        if (!_waiting.Writer.TryWrite(record))
        {
            Log.TraceDropped(_logger, MaxWaiting);
        }
        else if (_waiting.Reader.Count >= MaxBatch)
        {
            _flushing.Poke();
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        var batch = new List<TraceRecord>();
        while (_waiting.Reader.TryRead(out var record))
        {
            batch.Add(record);
            if (batch.Count == MaxBatch)
            {
                await StoreAsync(batch, cancellationToken).ConfigureAwait(false);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await StoreAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(List<TraceRecord> batch, CancellationToken cancellationToken)
    {
        try
        {
            var message = new Message(_topic, System.Text.Encoding.UTF8.GetBytes(string.Concat(batch.Select(r => r.Text))))
            {
                Keys = [.. batch.SelectMany(r => r.Keys).Distinct()],
            };
            await _sending.SendAsync(_encoder.Encode(message), shardingKey: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RocketMQException or RemotingException or ArgumentException)
        {
            Log.TraceNotStored(_logger, e.Message);
        }
    }
}
