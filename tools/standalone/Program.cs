using RocketMQ.Remoting;
using RocketMQ.Standalone;

// Before the first socket: see there.
SocketScheduling.RunInline();

return await StandaloneCommand.RunAsync(args).ConfigureAwait(false);
