using System.Buffers;
using System.Net;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>The other end of a replication connection, played by a test.</summary>
internal sealed class EpochPeer(ITransportConnection connection) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<EpochPeer> ConnectAsync(MemoryTransport network, IPEndPoint endPoint) => new(await network.ConnectAsync(endPoint, default));

    public static async Task<EpochPeer> AcceptAsync(ITransportListener listener) =>
        new((await listener.AcceptAsync(default).AsTask().WaitAsync(Patience, TimeProvider.System))!);

    /// <summary>Says it, cut anywhere.</summary>
    public async Task SayAsync(byte[] word, int cutAt = 0)
    {
        if (cutAt > 0)
        {
            await connection.Output.WriteAsync(word.AsMemory(0, cutAt));
        }

        await connection.Output.WriteAsync(word.AsMemory(cutAt));
    }

    public async Task<byte[]> HearAsync(int size)
    {
        var read = await connection.Input.ReadAtLeastAsync(size).AsTask().WaitAsync(Patience, TimeProvider.System);
        Assert.That(read.Buffer.Length, Is.GreaterThanOrEqualTo(size), "the connection has ended");
        var word = read.Buffer.Slice(0, size).ToArray();
        connection.Input.AdvanceTo(read.Buffer.GetPosition(size));
        return word;
    }

    /// <summary>A frame as one piece, head and bytes.</summary>
    public async Task<byte[]> HearFrameAsync()
    {
        var head = await HearAsync(EpochFrame.HeadSize);
        return EpochFrame.Read(head).Size is > 0 and var size ? [.. head, .. await HearAsync(size)] : head;
    }

    /// <summary>Reports until one is this.</summary>
    public async Task HearReportAsync(long wanted)
    {
        while (EpochFrame.ReadReport(await HearAsync(EpochFrame.ReportSize)) < wanted)
        {
        }
    }

    /// <summary>Waits until the other has ended it, whatever comes before.</summary>
    public async Task EndAsync()
    {
        try
        {
            while (true)
            {
                var read = await connection.Input.ReadAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
                connection.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Ended hard.
        }
    }

    public async ValueTask DisposeAsync()
    {
        connection.Abort("the test is over");
        await connection.DisposeAsync();
    }

    public static byte[] Handshake(long brokerId, bool syncFromLastFile = false, bool isLearner = false)
    {
        var word = new byte[SlaveHandshake.Size];
        new SlaveHandshake(syncFromLastFile, isLearner, brokerId).Write(word);
        return word;
    }

    public static byte[] Report(long offset)
    {
        var word = new byte[EpochFrame.ReportSize];
        EpochFrame.WriteReport(word, offset);
        return word;
    }

    public static byte[] Answer(long end, params EpochEntry[] entries) => SizedAnswer(end, entries.Length * MasterHandshake.EntrySize, entries);

    public static byte[] SizedAnswer(long end, int size, params EpochEntry[] entries)
    {
        var word = new byte[MasterHandshake.HeadSize + entries.Length * MasterHandshake.EntrySize];
        new MasterHandshake(size, end, entries is [.., var last] ? last.Epoch : -1).Write(word);
        for (var i = 0; i < entries.Length; i++)
        {
            MasterHandshake.WriteEntry(word.AsSpan(MasterHandshake.HeadSize + i * MasterHandshake.EntrySize), entries[i]);
        }

        return word;
    }

    public static byte[] Frame(long offset, EpochEntry epoch, long confirmed = 0, byte[]? bytes = null)
    {
        var word = new byte[EpochFrame.HeadSize + (bytes?.Length ?? 0)];
        new EpochFrame(offset, bytes?.Length ?? 0, epoch.Epoch, epoch.StartOffset, confirmed).Write(word);
        bytes?.CopyTo(word, EpochFrame.HeadSize);
        return word;
    }
}
