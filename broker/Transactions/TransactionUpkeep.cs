using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>What a master does for transactions by itself: it writes operation records, has producers asked, and saves the counts.</summary>
internal sealed class TransactionUpkeep
{
    private readonly MessageStore _store;
    private readonly ConsumerOffsets _offsets;
    private readonly TransactionLedger _ledger;
    private readonly TransactionChecks _checks;
    private readonly OpenTransactions _open;

    public TransactionUpkeep(
        BrokerOptions options, MessageStore store, ConsumerOffsets offsets, TransactionLedger ledger, TransactionChecks checks, OpenTransactions open,
        TimeProvider time, ILogger<TransactionUpkeep> logger)
    {
        _store = store;
        _offsets = offsets;
        _ledger = ledger;
        _checks = checks;
        _open = open;
        Work =
        [
            new PeriodicWork("operation records", TimeSpan.FromMilliseconds(options.TransactionOpBatchInterval), Write, time, logger),
            new PeriodicWork(
                "transaction checks", TimeSpan.FromMilliseconds(options.TransactionCheckInterval), checks.RunRoundAsync, time, logger, onceMoreAtStop: false),
            new PeriodicWork("transaction metrics", TimeSpan.FromMilliseconds(options.TransactionMetricFlushInterval), Save, time, logger),
        ];
    }

    public IReadOnlyList<PeriodicWork> Work { get; }

    /// <summary>Begins, again after each stop.</summary>
    /// <param name="isLogAsLeft">Whether nobody has written since: else what has ended, and where the checks stand, is found in the log and the offsets.</param>
    public async ValueTask StartAsync(bool isLogAsLeft)
    {
        if (!isLogAsLeft)
        {
            _ledger.Forget();
            _checks.Begin(await Task.Run(new TransactionRecovery(_store, _offsets, _ledger, _open).Run).ConfigureAwait(false));
        }

        foreach (var work in Work)
        {
            work.Start();
        }
    }

    /// <summary>Ends it; what has ended by then stands in operation records.</summary>
    public async ValueTask StopAsync()
    {
        foreach (var work in Work.Reverse())
        {
            await work.StopAsync().ConfigureAwait(false);
        }
    }

    private ValueTask Write()
    {
        _ledger.Flush();
        return default;
    }

    private ValueTask Save()
    {
        _open.Save();
        return default;
    }
}
