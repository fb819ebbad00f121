using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

internal sealed class UpdateControllerConfig : ControllerVerb
{
    private readonly Option<string> _key;
    private readonly Option<string> _value;

    public UpdateControllerConfig()
        : base("updateControllerConfig", "Changes a key of the configuration of running controllers.", "-k enableElectUncleanMaster -v true")
    {
        _key = Required<string>("k", "key", "The key.");
        _value = Required<string>("v", "value", "Its new value.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (key, value) = (call.Get(_key), call.Get(_value));
        foreach (var address in Addresses(call))
        {
            await call.Admin.Controllers.UpdateConfigAsync(address, [new(key, value)], cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"update controller config success![{address}]\n{key} : {value}");
        }
    }
}
