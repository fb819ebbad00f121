using System.CommandLine;
using RocketMQ.Remoting;
using RocketMQ.Standalone;

// Before the first socket: see there.
SocketScheduling.RunInline();

// The host stops in its own order, however long that takes.
return await StandaloneCommand.Create().Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
