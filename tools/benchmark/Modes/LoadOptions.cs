using System.CommandLine;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.Benchmark.Modes;

/// <summary>The flags that every mode with a broker has.</summary>
internal sealed class LoadOptions
{
    private readonly Option<string> _nameServers = new("--namesrv", "-n")
    {
        Description = "Name servers, host:port;host:port.", DefaultValueFactory = _ => "127.0.0.1:9876",
    };

    private readonly Option<string> _topic = new("--topic", "-t") { Description = "Topic.", DefaultValueFactory = _ => "BenchmarkTest" };

    private readonly Option<long> _messages = new("--messageQuantity", "-q") { Description = "Messages to measure; 0: until --seconds are over or Ctrl-C." };

    private readonly Option<double> _seconds = new("--seconds") { Description = "How long to measure; 0: until -q is reached or Ctrl-C." };

    private readonly Option<long> _warmUp = new("--warmup") { Description = "Messages that come first and do not count." };

    private readonly Option<int?> _pid = new("--pid") { Description = "The broker's process: its CPU time per message is reported." };

    private readonly Option<int> _interval = new("--reportInterval", "-ri")
    {
        Description = "Milliseconds between lines of progress.", DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<bool> _tls = new("--tls") { Description = "Speak TLS to servers (ROCKETMQ_TLS_ENABLE=true)." };

    private readonly Option<string[]> _tlsSettings = new("--tls-setting", "-D")
    {
        Description = "A key of Apache's for TLS and its value, as tls.client.trustCertPath=ca.pem; again for another. Ready frames are sent to servers unverified.",
        HelpName = "key=value",
    };

    public void AddTo(Command command)
    {
        Option[] all = [_nameServers, _topic, _messages, _seconds, _warmUp, _pid, _interval, _tls, _tlsSettings];
        Array.ForEach(all, command.Options.Add);
    }

    public string NameServers(ParseResult arguments) => arguments.GetValue(_nameServers)!;

    /// <summary>A client whose requests are not signed.</summary>
    public ClientOptions Client(ParseResult arguments) => new()
    {
        NameServers = NameServers(arguments),
        InstanceName = $"benchmark-{Environment.ProcessId}",
        Remoting = new RemotingOptions
        {
            Tls = TlsSettings.Find(arguments.GetValue(_tls), arguments.GetValue(_tlsSettings) ?? [], Environment.GetEnvironmentVariable),
        },
    };

    public string Topic(ParseResult arguments) => arguments.GetValue(_topic)!;

    public int? Pid(ParseResult arguments) => arguments.GetValue(_pid);

    public RunSettings Settings(ParseResult arguments) => new(
        arguments.GetValue(_messages),
        TimeSpan.FromSeconds(arguments.GetValue(_seconds)),
        arguments.GetValue(_warmUp),
        arguments.GetValue(_pid),
        TimeSpan.FromMilliseconds(arguments.GetValue(_interval)));
}
