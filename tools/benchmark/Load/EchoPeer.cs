using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace RocketMQ.Benchmark.Load;

/// <summary>
/// Answers requests of one size with replies of one size over one connection, from one thread that does nothing else: what the machine asks of
/// any server for being woken, receiving and sending.
/// </summary>
internal sealed partial class EchoPeer : IDisposable
{
    private const int ThreadCpuTime = 3;
    private const int BufferBytes = 256 * 1024;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly int _requestBytes;
    private readonly int _replyBytes;
    private readonly Thread _thread;

    public EchoPeer(int requestBytes, int replyBytes)
    {
        _requestBytes = requestBytes;
        _replyBytes = replyBytes;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
        _thread = new Thread(Serve) { IsBackground = true, Name = "echo" };
        _thread.Start();
    }

    public EndPoint EndPoint => _listener.LocalEndPoint!;

    /// <summary>CPU time of the thread that answered, once its connection is closed.</summary>
    public TimeSpan Cpu { get; private set; }

    /// <summary>How often it received something.</summary>
    public long Receives { get; private set; }

    /// <summary>Waits until the connection is closed and all is counted.</summary>
    public void Join() => _thread.Join();

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            using var socket = _listener.Accept();
            socket.NoDelay = true;
            var input = new byte[BufferBytes];
            var output = new byte[BufferBytes / _replyBytes * _replyBytes + _replyBytes];
            var pending = 0;
            int received;
            while ((received = socket.Receive(input)) > 0)
            {
                Receives++;
                pending += received;
                for (var replies = pending / _requestBytes; replies > 0;)
                {
                    var now = Math.Min(replies, output.Length / _replyBytes);
                    socket.Send(output, now * _replyBytes, SocketFlags.None);
                    replies -= now;
                }

                pending %= _requestBytes;
            }

            _ = GetClock(ThreadCpuTime, out var used);
            Cpu = TimeSpan.FromTicks(used.Seconds * TimeSpan.TicksPerSecond + used.Nanoseconds / TimeSpan.NanosecondsPerTick);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other end is gone.
        }
    }

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetClock(int clock, out Timespec time);
}
