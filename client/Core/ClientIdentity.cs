using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace RocketMQ.Client.Core;

/// <summary>Who this client is to brokers: <c>ip@instance[@unit]</c>.</summary>
internal sealed record ClientIdentity(string ClientId, IPAddress Address)
{
    public static ClientIdentity Of(ClientOptions options, TimeProvider time)
    {
        var address = options.ClientIp is { } ip ? IPAddress.Parse(ip) : LocalAddress();
        var instance = options.InstanceName
            ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}#{time.GetUtcNow().UtcTicks}{Random.Shared.Next(100, 1000)}");
        return new ClientIdentity($"{address}@{instance}{(options.UnitName is { } unit ? "@" + unit : "")}", address);
    }

    private static IPAddress LocalAddress()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => !a.IsIPv6LinkLocal)
            .ToList();
        return addresses.Find(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault() ?? IPAddress.Loopback;
    }
}
