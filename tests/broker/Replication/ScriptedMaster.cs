using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Broker.Tests.Replication;

/// <summary>Plays a master's part once a slave has said where it is.</summary>
internal sealed class ScriptedMaster : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private NetworkStream? _slave;

    public ScriptedMaster() => _listener.Start();

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Waits for a slave and sends it what a master sent; what the slave said first.</summary>
    public async Task<long> PlayAsync(IEnumerable<byte[]> chunks)
    {
        _slave = (await _listener.AcceptTcpClientAsync()).GetStream();
        var first = await ReportAsync();
        foreach (var chunk in chunks)
        {
            await _slave.WriteAsync(chunk);
        }

        return first;
    }

    /// <summary>Reads what the slave says until it says this.</summary>
    public async Task<long> LastReportAsync(long wanted)
    {
        long report;
        do
        {
            report = await ReportAsync();
        }
        while (report < wanted);
        return report;
    }

    /// <summary>Waits until the slave has closed the connection.</summary>
    public async Task EndAsync()
    {
        try
        {
            var buffer = new byte[64];
            while (await _slave!.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(15)) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed hard.
        }
    }

    /// <summary>Closes the connection.</summary>
    public void Hang() => _slave?.Dispose();

    public void Dispose()
    {
        _slave?.Dispose();
        _listener.Dispose();
    }

    private async Task<long> ReportAsync()
    {
        var report = new byte[8];
        await _slave!.ReadExactlyAsync(report).AsTask().WaitAsync(TimeSpan.FromSeconds(15));
        return BinaryPrimitives.ReadInt64BigEndian(report);
    }
}
