namespace RocketMQ.MqAdmin.Brokers;

internal sealed class HaStatus : Verb
{
    private const double BytesPerKb = 1024;

    private readonly BrokerTarget _target;
    private readonly Repetition _repetition;

    public HaStatus()
        : base("haStatus", "Shows how far slaves are behind their masters.", "-n localhost:9876 -c DefaultCluster")
    {
        _target = Target(TargetRule.AtLeastOne);
        _repetition = Repeat("Seconds between two looks; one when absent.");
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) =>
        _repetition.RunAsync(call, () => ShowAsync(call, cancellationToken), cancellationToken);

    private async Task ShowAsync(Call call, CancellationToken cancellationToken)
    {
        var slaves = new List<(string Master, HAConnectionRuntimeInfo Slave)>();
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            var status = await call.Admin.Brokers.GetHaStatusAsync(address, cancellationToken).ConfigureAwait(false);
            if (status.Master)
            {
                call.Report.Item(
                    "masters",
                    $"\n#MasterAddr\t{address}\n#MasterCommitLogMaxOffset\t{status.MasterCommitLogMaxOffset}\n#SlaveNum\t{status.HaConnectionInfo.Count}\n#InSyncSlaveNum\t{status.InSyncSlaveNums}",
                    new { address, status.MasterCommitLogMaxOffset, slaveNum = status.HaConnectionInfo.Count, inSyncSlaveNum = status.InSyncSlaveNums });
                slaves.AddRange(status.HaConnectionInfo.Select(s => (address, s)));
            }
            else
            {
                WriteSlave(call.Report, address, status.HaClientRuntimeInfo);
            }
        }

        call.Report.Table(
            "slaves",
            slaves,
            new("#MasterAddr", "masterAddr", s => s.Master),
            new("#SlaveAddr", "slaveAddr", s => s.Slave.Addr),
            new("#SlaveAckOffset", "slaveAckOffset", s => s.Slave.SlaveAckOffset),
            new("#Diff", "diff", s => s.Slave.Diff),
            new("#TransferSpeed(KB/s)", "transferKbPerS", s => s.Slave.TransferredByteInSecond / BytesPerKb),
            new("#Status", "status", s => s.Slave.InSync ? "OK" : "Fall Behind"),
            new("#TransferFromWhere", "transferFromWhere", s => s.Slave.TransferFromWhere));
    }

    private static void WriteSlave(Report report, string address, HAClientRuntimeInfo slave) =>
        report.Item(
            "selves",
            $"\n#MasterAddr\t{slave.MasterAddr}\n#CommitLogMaxOffset\t{slave.MaxOffset}\n#TransferSpeed(KB/s)\t{slave.TransferredByteInSecond / BytesPerKb:0.00}\n"
            + $"#LastReadTime\t{Format.Text(Format.Time(slave.LastReadTimestamp))}\n#LastWriteTime\t{Format.Text(Format.Time(slave.LastWriteTimestamp))}\n#MasterFlushOffset\t{slave.MasterFlushOffset}",
            new { address, slave });
}
