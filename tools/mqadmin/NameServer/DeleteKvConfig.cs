using System.CommandLine;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class DeleteKvConfig : Verb
{
    private readonly Option<string> _nameSpace;
    private readonly Option<string> _key;

    public DeleteKvConfig()
        : base("deleteKvConfig", "Removes a value of a namespace at the name servers.", "-n localhost:9876 -s ORDER_TOPIC_CONFIG -k Orders")
    {
        _nameSpace = Required<string>("s", "namespace", "The namespace.");
        _key = Required<string>("k", "key", "The key.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        await call.Admin.NameServer.DeleteValueAsync(call.Get(_nameSpace), call.Get(_key), cancellationToken).ConfigureAwait(false);
        call.Report.Done(string.Join(';', call.Admin.NameServers), "delete kv config from namespace success.");
    }
}
