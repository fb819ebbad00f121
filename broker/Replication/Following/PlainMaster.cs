using System.Buffers;
using System.Buffers.Binary;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>A master without a controller: it sends from where its slave says that it has the log.</summary>
/// <param name="from">See <see cref="FirstReport"/>.</param>
internal sealed class PlainMaster(long from) : IMasterDialect
{
    public ValueTask<Meeting> MeetAsync(ITransportConnection connection) => new(new Meeting(from));

    public bool TryTake(ref ReadOnlySequence<byte> input, out LogFrame frame, out string? fault)
    {
        fault = null;
        return LogFrame.TryTake(ref input, out frame);
    }

    public ValueTask<string?> BeginAsync(LogFrame frame) => default;

    public void End()
    {
    }

    public void Report(IBufferWriter<byte> output, long offset)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(LogFrame.ReportSize), offset);
        output.Advance(LogFrame.ReportSize);
    }
}
