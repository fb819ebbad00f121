using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// Filters of pulls that carry their subscription with every request (lite pull, <c>postSubscriptionWhenPull</c>), so
/// that an expression is compiled once and not once per pull. Refusals are kept too: a client with a bad expression
/// retries it for ever. Holds at most <see cref="Capacity"/> subscriptions of <see cref="MaxCharacters"/> together and
/// starts afresh when full: what is in use comes back with the next pull, at the price of one compilation.
/// </summary>
/// <param name="capacity">Subscriptions.</param>
/// <param name="maxExpressionSize">Characters of one; a longer one is refused and not kept.</param>
public sealed class MessageFilterCache(int capacity = MessageFilterCache.DefaultCapacity, Func<int>? maxExpressionSize = null)
{
    public const int DefaultCapacity = 1024;

    /// <summary>A compiled filter is a few times as long as its text.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private readonly ConcurrentDictionary<Subscription, Entry> _entries = new();

    // ConcurrentDictionary.Count takes all its locks; this is only touched when something is added.
    private int _added;
    private long _characters;

    public int Capacity { get; } = capacity;

    /// <inheritdoc cref="MessageFilters.TryCreate"/>
    public bool TryGet(
        string? expressionType,
        string? expression,
        [NotNullWhen(true)] out IMessageFilter? filter,
        [NotNullWhen(false)] out string? reason)
    {
        var limit = maxExpressionSize?.Invoke() ?? MessageFilters.DefaultMaxExpressionSize;
        if (expression?.Length > limit)
        {
            return MessageFilters.TryCreate(expressionType, expression, out filter, out reason, limit);
        }

        var subscription = new Subscription(expressionType ?? "", expression ?? "");
        if (!_entries.TryGetValue(subscription, out var entry))
        {
            MessageFilters.TryCreate(expressionType, expression, out filter, out reason, limit);
            entry = new Entry(filter, reason);
            Add(subscription, entry);
        }
        filter = entry.Filter;
        reason = entry.Reason ?? "";
        return filter is not null;
    }

    private void Add(in Subscription subscription, in Entry entry)
    {
        var length = subscription.ExpressionType.Length + subscription.Expression.Length;
        if (Interlocked.Increment(ref _added) > Capacity | Interlocked.Add(ref _characters, length) > MaxCharacters)
        {
            _entries.Clear();
            Volatile.Write(ref _added, 1);
            Volatile.Write(ref _characters, length);
        }
        _entries[subscription] = entry;
    }

    private readonly record struct Subscription(string ExpressionType, string Expression);

    private readonly record struct Entry(IMessageFilter? Filter, string? Reason);
}
