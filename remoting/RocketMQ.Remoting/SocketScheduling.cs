namespace RocketMQ.Remoting;

/// <summary>How sockets call back.</summary>
public static class SocketScheduling
{
    /// <summary>
    /// Lets socket completions run on the event-loop thread instead of the thread pool, which saves a hand-off and the pool's spinning
    /// on every wake-up. Call first thing in a server's process: the runtime reads the switch once, at the first socket. The price is
    /// the rule that nothing on the read path blocks.
    /// </summary>
    public static void RunInline() => Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
}
