using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cdn.Tests.Hosting.Api;

/// <summary>Writes types and members the way C# does, without namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(void)] = "void",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Type type) => Of(type, nullability: null);

    public static string Of(FieldInfo field)
    {
        var kind = field.IsLiteral ? "const " : field.IsStatic ? "static " : "";
        return $"{kind}{Of(field.FieldType, Nullability.Create(field))} {field.Name}";
    }

    public static string Of(PropertyInfo property)
    {
        var isStatic = (property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var setter = property.SetMethod is not { IsPublic: true } set ? ""
            : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        var type = Of(property.PropertyType, Nullability.Create(property));
        return $"{isStatic}{required}{type} {property.Name} {{ get;{setter} }}";
    }

    public static string Of(MethodInfo method)
    {
        var isStatic = method.IsStatic && !method.IsDefined(typeof(ExtensionAttribute)) ? "static " : "";
        var arguments = method.GetGenericArguments();
        var generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Of))}>";
        var result = Of(method.ReturnType, Nullability.Create(method.ReturnParameter));
        return $"{isStatic}{result} {method.Name}{generic}({Parameters(method)}){Constraints(arguments)}";
    }

    public static string Parameters(MethodBase method)
    {
        var self = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return self + string.Join(", ", method.GetParameters().Select(Of));
    }

    public static string Constraints(Type[] arguments) => string.Concat(
        arguments.Where(argument => argument.IsGenericParameter).Select(argument =>
        {
            var attributes = argument.GenericParameterAttributes;
            var constraints = argument.GetGenericParameterConstraints().Select(Of).Order(StringComparer.Ordinal).ToList();
            if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            {
                constraints.Insert(0, "class");
            }

            if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            {
                constraints.Add("new()");
            }

            return constraints.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", constraints)}";
        }));

    private static string Of(ParameterInfo parameter)
    {
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var type = parameter.ParameterType;
        var reference = !type.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var name = Of(type.IsByRef ? type.GetElementType()! : type, Nullability.Create(parameter));
        var value = !parameter.HasDefaultValue ? "" : $" = {Literal(parameter)}";
        return $"{isParams}{reference}{name} {parameter.Name}{value}";
    }

    private static string Literal(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null when parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null => "default",
        null => "null",
        bool value => value ? "true" : "false",
        string value => $"\"{value}\"",
        var value when parameter.ParameterType.IsEnum =>
            $"{parameter.ParameterType.Name}.{Enum.ToObject(parameter.ParameterType, value)}",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        var canBeMarked = !type.IsValueType && !type.IsGenericParameter;
        var mark = canBeMarked && nullability is { ReadState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        var name = type.IsGenericType ? type.Name[..type.Name.IndexOf('`')] : type.Name;
        var outer = type is { IsNested: true, IsGenericParameter: false } ? Of(type.DeclaringType!) + "." : "";
        var given = nullability?.GenericTypeArguments ?? [];
        var arguments = type.GetGenericArguments()
            .Select((argument, i) => Of(argument, i < given.Length ? given[i] : null));
        return $"{outer}{name}{(type.IsGenericType ? $"<{string.Join(", ", arguments)}>" : "")}{mark}";
    }
}
