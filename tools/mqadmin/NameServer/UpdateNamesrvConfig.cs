using System.CommandLine;

namespace RocketMQ.MqAdmin.NameServer;

internal sealed class UpdateNamesrvConfig : Verb
{
    private readonly Option<string> _key;
    private readonly Option<string> _value;

    public UpdateNamesrvConfig()
        : base("updateNamesrvConfig", "Changes a key of the configuration of running name servers.", "-n localhost:9876 -k orderMessageEnable -v true")
    {
        _key = Required<string>("k", "key", "The key.");
        _value = Required<string>("v", "value", "Its new value.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (key, value) = (call.Get(_key), call.Get(_value));
        foreach (var address in call.Admin.NameServers)
        {
            await call.Admin.NameServer.UpdateConfigAsync(address, [new(key, value)], cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"update name server config success!{address}\n{key} : {value}");
        }
    }
}
