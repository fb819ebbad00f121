using RocketMQ.Broker.Roles;

namespace RocketMQ.Broker.Replication;

/// <summary>
/// Where a slave finds the master of its set: name servers say so in their answer to its registration, or an operator does. Where a controller says who is
/// master, that one counts, and of what others say only what they say of it.
/// </summary>
/// <param name="role">A master has none.</param>
/// <param name="configuredHa">Key <c>haMasterAddress</c>: where the log comes from, whatever name servers say.</param>
public sealed class MasterPlace(CurrentRole role, string configuredHa)
{
    private readonly Lock _changing = new();
    private string? _appointed;
    private string? _address;
    private string? _haAddress = configuredHa.Length > 0 ? configuredHa : null;

    /// <summary>Something is known that was not, or was otherwise. On the thread that learnt it: not to be held up.</summary>
    public event Action? Changed;

    /// <summary>Another broker is the master than was: what comes from the one before is taken no longer.</summary>
    public event Action? Replaced;

    /// <summary>Somebody looks for the master, who may be elsewhere by now: name servers are asked again.</summary>
    public event Action? Sought;

    /// <summary>Where its clients go, <c>host:port</c>: tables and offsets are asked for there. The last that was known; null before.</summary>
    public string? Address => Volatile.Read(ref _address);

    /// <summary>Where it ships its log, <c>host:port</c>.</summary>
    public string? HaAddress => Volatile.Read(ref _haAddress);

    /// <summary>Has name servers asked again.</summary>
    public void Seek() => Sought?.Invoke();

    /// <summary>Takes a controller's word for who is master. Where that one ships its log is not known yet.</summary>
    public void Appoint(string address)
    {
        lock (_changing)
        {
            Volatile.Write(ref _appointed, address);
            Volatile.Write(ref _address, address);
            Volatile.Write(ref _haAddress, configuredHa.Length > 0 ? configuredHa : null);
        }

        Replaced?.Invoke();
        Changed?.Invoke();
    }

    /// <summary>Takes what somebody says who should know; who says nothing changes nothing, for one name server may know what another has forgotten.</summary>
    public void Learn(string? address, string? haAddress)
    {
        if (role.IsMaster)
        {
            return;
        }

        bool isNews;
        lock (_changing)
        {
            if (_appointed is not null && _appointed != address)
            {
                return;
            }

            isNews = Set(ref _address, address) | (configuredHa.Length == 0 && Set(ref _haAddress, haAddress));
        }

        if (isNews)
        {
            Changed?.Invoke();
        }
    }

    private static bool Set(ref string? known, string? said)
    {
        if (string.IsNullOrEmpty(said) || said == known)
        {
            return false;
        }

        Volatile.Write(ref known, said);
        return true;
    }
}
