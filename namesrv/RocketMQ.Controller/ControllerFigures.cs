using System.Diagnostics.Metrics;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller;

/// <summary>What a controller counts, for whoever listens to the meter <c>RocketMQ.Controller</c>; names are Apache's where it has the figure.</summary>
internal sealed class ControllerFigures : IDisposable
{
    private readonly Meter _meter = new("RocketMQ.Controller");
    private readonly Counter<long> _elections;

    public ControllerFigures(IControllerStore store, LiveReplicas live)
    {
        _elections = _meter.CreateCounter<long>("rocketmq_controller_election_total", description: "Elections by their result");
        _meter.CreateObservableGauge("rocketmq_controller_role", () => store.Leadership.IsSelf ? 2 : 1, description: "2: leads, 1: follows");
        _meter.CreateObservableGauge("rocketmq_controller_active_broker_num", () => live.Count, description: "Brokers that are heard");
        _meter.CreateObservableGauge("rocketmq_controller_broker_set_num", () => store.Seen.Count, description: "Broker sets there are");
        _meter.CreateObservableGauge(
            "rocketmq_controller_broker_set_without_master_num",
            () => store.Seen.Count(set => set.MasterBrokerId is not { } master || !live.Of(set).IsAlive(master)),
            description: "Broker sets whose master is not there");
    }

    public void Elected(int code)
    {
        var result = code switch
        {
            ResponseCode.Success => "new_master_elected",
            ResponseCode.ControllerMasterStillExist => "keep_current_master",
            ResponseCode.ControllerMasterNotAvailable or ResponseCode.ControllerElectMasterFailed => "no_master_elected",
            _ => null,
        };
        if (result is not null)
        {
            _elections.Add(1, new KeyValuePair<string, object?>("election_result", result));
        }
    }

    public void Dispose() => _meter.Dispose();
}
