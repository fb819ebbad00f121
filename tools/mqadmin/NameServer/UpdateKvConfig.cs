using System.CommandLine;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class UpdateKvConfig : Verb
{
    private readonly Option<string> _nameSpace;
    private readonly Option<string> _key;
    private readonly Option<string> _value;

    public UpdateKvConfig()
        : base("updateKvConfig", "Sets a value of a namespace at the name servers.", "-n localhost:9876 -s ORDER_TOPIC_CONFIG -k Orders -v broker-a:8")
    {
        _nameSpace = Required<string>("s", "namespace", "The namespace.");
        _key = Required<string>("k", "key", "The key.");
        _value = Required<string>("v", "value", "Its value.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        await call.Admin.NameServer.SetValueAsync(call.Get(_nameSpace), call.Get(_key), call.Get(_value), cancellationToken).ConfigureAwait(false);
        call.Report.Done(string.Join(';', call.Admin.NameServers), "create or update kv config to namespace success.");
    }
}
