using System.Buffers;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>How a slave talks with its master, which differs with and without a controller.</summary>
internal interface IMasterDialect
{
    /// <summary>Says who this is, if that is asked, and finds out from where on the log is wanted.</summary>
    ValueTask<Meeting> MeetAsync(ITransportConnection connection);

    /// <summary>Takes a frame's head off the front of what has come; false when it has not come whole, or is none.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="frame">The head.</param>
    /// <param name="fault">What is wrong with what has come.</param>
    bool TryTake(ref ReadOnlySequence<byte> input, out LogFrame frame, out string? fault);

    /// <summary>A frame's bytes come now.</summary>
    /// <returns>Why they are not taken.</returns>
    ValueTask<string?> BeginAsync(LogFrame frame);

    /// <summary>All of a frame is here.</summary>
    void End();

    /// <summary>Writes up to where the log is here.</summary>
    void Report(IBufferWriter<byte> output, long offset);
}
