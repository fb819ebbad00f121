using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Benchmark.Modes;

/// <summary>The flags of the modes that stand for Apache's scripts which say how a client behaves: signed requests and tracing.</summary>
internal sealed class ClientFlags
{
    private readonly Option<bool> _signed = new("--aclEnable", "-a") { Description = "Whether requests are signed with -ak and -sk." };
    private readonly Option<string> _accessKey = new("--accessKey", "-ak") { Description = "User or account.", DefaultValueFactory = _ => "rocketmq2" };
    private readonly Option<string> _secretKey = new("--secretKey", "-sk") { Description = "Its password or key.", DefaultValueFactory = _ => "12345678" };
    private readonly Option<bool> _trace = new("--msgTraceEnable", "-m") { Description = "Whether messages are traced." };

    public void AddTo(Command command)
    {
        Option[] all = [_signed, _accessKey, _secretKey, _trace];
        Array.ForEach(all, command.Options.Add);
    }

    public bool Signs(ParseResult arguments) => arguments.GetValue(_signed);

    public bool Traces(ParseResult arguments) => arguments.GetValue(_trace);

    /// <param name="arguments">The command line.</param>
    /// <param name="unsigned">A client without these flags.</param>
    public ClientOptions Options(ParseResult arguments, ClientOptions unsigned) => !Signs(arguments) ? unsigned : unsigned with
    {
        Remoting = unsigned.Remoting with { Credentials = new AccessCredentials(arguments.GetValue(_accessKey)!, arguments.GetValue(_secretKey)!) },
    };
}
